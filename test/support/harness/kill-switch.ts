/** Thrown where the process ends; nothing of it runs after that. */
export class Killed extends Error {}

type When = 'before' | 'after';

/** Counts the steps of a process, and kills it before or after one of them. */
export type KillSwitch = {
  /** The same port, each of whose calls is a step. */
  guard: <Port extends object>(port: Port) => Port;
  /** The process ends at this step, counted from now; `undefined` lets it live. */
  killAt: (step: number | undefined, when?: When) => void;
  /** Starts a new process over the same memory. */
  restart: () => void;
  /** How many steps were taken since `killAt`. */
  steps: () => number;
};

export function killSwitch(): KillSwitch {
  let taken = 0;
  let end: { step: number; when: When } | undefined;
  let isDead = false;

  const dieIfDue = (when: When, at: number) => {
    isDead ||= end?.step === at && end.when === when;
    if (isDead) throw new Killed('the process has ended');
  };
  const takeStep = async (act: () => unknown) => {
    if (isDead) throw new Killed('the process has ended');
    taken += 1;
    const at = taken;
    dieIfDue('before', at);
    const value = await act();
    dieIfDue('after', at);
    return value;
  };
  return {
    guard: (port) =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function' || name === 'paymentSessionUrl' || name === 'newIncarnation') return member; // it calls nothing
          return (...given: unknown[]) => takeStep(() => member.apply(target, given));
        },
      }),
    killAt: (at, when = 'before') => {
      taken = 0;
      end = at === undefined ? undefined : { step: at, when };
    },
    restart: () => {
      isDead = false;
      end = undefined;
    },
    steps: () => taken,
  };
}
