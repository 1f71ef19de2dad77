/** The names of the stages that make rows, choose among them and normalize them: what comes after knows what each changes. */
export const [TENSORIZE, SPLIT, NORMALIZE] = ["tensorize", "split", "normalize"] as const;
