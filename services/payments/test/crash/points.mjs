/**
 * The points of a run: `before insert into keys… #2`. Counted from when recording or waiting began, so that the same run has
 * the same names each time.
 */
export function createPoints() {
  let isOn = false;
  let fatal;
  let isDying = false;
  let counts = new Map();
  let names = [];

  function begin(point) {
    isOn = true;
    fatal = point;
    counts = new Map();
    names = [];
  }

  return {
    record: () => begin(undefined),
    dieAt: (point) => begin(point),
    rest() {
      isOn = false;
    },
    recorded: () => names,
    /** From then on nothing leaves the process any more. */
    isDying: () => isDying,
    /** @returns whether the process is to die here */
    isFatal(phase, what) {
      if (!isOn) return false;
      const counted = `${phase} ${what}`;
      const nth = (counts.get(counted) ?? 0) + 1;
      counts.set(counted, nth);
      const name = `${counted} #${nth}`;
      names.push(name);
      return name === fatal;
    },
    /** What is to be sent before the end is handed to the system first. */
    die(last) {
      isDying = true;
      const end = () => process.kill(process.pid, 'SIGKILL');
      if (last === undefined) end();
      else last(end);
    },
  };
}
