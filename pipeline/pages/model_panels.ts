/** The panels of a run's page that use its trained model: classifying a drawing, and computing the accuracy. */
import { type Html, markup } from "../text/markup.ts";

/** The trained model as text, the shape of its images, and how many classes it has; or why the page has none. */
export type CarriedModel =
  | { weights: string; table: string; shape: readonly number[]; classes: number }
  | { missing: string };

/** The pad to draw digits on, and how the model classifies them; or why there is none. */
export function drawingPanel(model: CarriedModel): Html {
  if ("missing" in model) return markup`<p>${model.missing}</p>`;
  const bars = Array.from(
    { length: model.classes },
    (_, c) =>
      markup`<li><span class="class">${c}</span><span class="track"><span class="fill"></span></span>
<span class="share">–</span></li>`,
  );
  return markup`<p>Draw with the mouse or a finger. This page contains the trained model and the kernels that trained it.</p>
<noscript><p>Drawing needs JavaScript.</p></noscript>
<div class="draw"><div class="pad"><canvas id="pad" width="280" height="280" tabindex="0" role="img"
 aria-label="Drawing pad. The arrow keys move the pen, space lowers and lifts it, Escape clears the pad."></canvas>
<div class="buttons"><button type="button" id="clear">Clear</button>
<button type="button" id="example" hidden>Example</button>
<a class="button" id="save" download="digit.png" href="#draw">Save as PNG</a></div>
<p class="hint">Keys: arrows move the pen, space lowers and lifts it, Escape clears.</p></div>
<div class="seen"><canvas id="seen" width="28" height="28" role="img" aria-label="What the model sees: 28 by 28 pixels">
</canvas><p class="hint">what the model sees</p></div>
<div class="answer"><p id="answer" role="status">Nothing is drawn yet.</p><ol class="bars" id="bars">${bars}</ol></div></div>`;
}

/** The drop area for the test set's files, from which the page computes the accuracy. */
export function checkPanel(model: CarriedModel, accuracy: string): Html {
  if ("missing" in model) return markup`<p>${model.missing}</p>`;
  return markup`<p>Drop the two IDX files of the test set here, images and labels, and this page computes the accuracy itself.
This run's accuracy is ${accuracy}.</p>
<label class="drop" id="drop"><span>Drop two files here, or choose them</span><input type="file" id="files" multiple></label>
<progress id="check-progress" max="1" value="0" hidden aria-label="Images classified"></progress>
<p id="check-result" role="status"></p>`;
}
