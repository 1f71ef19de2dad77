/** The layers, in a list of their own: pages that carry a model load them without the rest of the pipeline. */
