/** A command of the command line: the words after its name, and the environment; gives what it prints at its end. */
export type Command = (words: string[], env: Environment, terminal?: Terminal) => Promise<string>;

export type Environment = Record<string, string | undefined>;

/** Where a command shows what happens while it happens; plain unless it is a terminal that wants colours. */
export type Terminal = {
  print: (line: string) => void;
  colours: boolean;
  /** Ends when the user has seen enough. */
  stopped: AbortSignal;
};

/** For whoever calls a command and looks at its end alone. */
export const nobody = (): Terminal => ({ print: () => {}, colours: false, stopped: new AbortController().signal });
