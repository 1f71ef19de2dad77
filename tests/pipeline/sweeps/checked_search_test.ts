/** What a search may return, and which paths may vary. */
import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { checkedBrackets, checkedTrials } from "../../../pipeline/sweeps/checked_search.ts";

const trials = (value: unknown) => checkedTrials("mine", value);
const brackets = (value: unknown) => checkedBrackets("mine", value, 2, 9);

Deno.test("what a search of a user returns is checked, and the message names the search", () => {
  for (const value of [undefined, "text", [null], [{ lr: NaN }], [{ lr: () => 1 }]]) {
    assertThrows(() => trials(value), ConfigError, "The search mine returned no valid trials");
  }
  const both = [0, 1];
  const bad = [
    undefined,
    [],
    [{ trials: both, rungs: [] }],
    [{ trials: [0, 1, 2], rungs: [{ epochs: null, keeps: 0 }] }],
    [{ trials: [0], rungs: [{ epochs: null, keeps: 0 }] }],
    [{ trials: [0, 1, 1], rungs: [{ epochs: null, keeps: 0 }] }],
    ...[0, -1, 0.5, NaN, 10].map((epochs) => [{ trials: both, rungs: [{ epochs, keeps: 0 }] }]),
    [{ trials: both, rungs: [{ epochs: 2, keeps: 1 }, { epochs: 1, keeps: 0 }] }],
    [{ trials: both, rungs: [{ epochs: 2, keeps: 0 }, { epochs: 9, keeps: 0 }] }],
    [{ trials: both, rungs: [{ epochs: null, keeps: 1 }, { epochs: 9, keeps: 0 }] }],
  ];
  for (const value of bad) {
    assertThrows(() => brackets(value), ConfigError, "The search mine returned no valid brackets");
  }
  const good = [
    { trials: [1], rungs: [{ epochs: 3, keeps: 1 }, { epochs: 9, keeps: 0 }] },
    { trials: [0], rungs: [{ epochs: null, keeps: 0 }] },
  ];
  assertEquals(brackets(good), good);
});

Deno.test("what is no parameter cannot vary, and no parameter undoes another", () => {
  for (const path of ["seed", "name", "about", "sweep.trials"]) {
    assertThrows(() => trials([{ [path]: 1 }]), ConfigError, `${path} cannot vary`);
  }
  const [outer, inner] = ["train.optimizer", "train.optimizer.lr"];
  assertThrows(() => trials([{ [inner]: 1, [outer]: {} }]), ConfigError, `Put ${outer} first`);
  assertThrows(() => trials([{ [inner]: 1, [`pipeline.${inner}`]: 2 }]), ConfigError, "would undo");
  const good = [{ [outer]: {}, [inner]: 1, "train.optimizer.lr_decay": 2, "train.seed": 3 }];
  assertEquals(trials(good), good);
});
