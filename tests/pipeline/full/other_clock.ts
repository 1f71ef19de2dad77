/** Loaded before a program, puts its clocks elsewhere: another century, and seconds that run backwards. */
const RealDate = Date;
const CENTURY = 100 * 365 * 24 * 3600 * 1000;

globalThis.Date = class extends RealDate {
  constructor(...args: ConstructorParameters<typeof RealDate> | []) {
    super(...(args.length === 0 ? [RealDate.now() + CENTURY] : args) as [number]);
  }
  static override now = () => RealDate.now() + CENTURY;
} as DateConstructor;

const now = performance.now.bind(performance);
performance.now = () => 1e9 - now();
