/** A command: takes the arguments after its name and the environment, and returns what it prints when it ends. */
export type Command = (args: string[], env: Environment, terminal?: Terminal) => Promise<string>;

/** The commands by name, each with its sentence in the overview and in shell completion. */
export type Commands = ReadonlyMap<string, { summary: string; run: Command }>;

export type Environment = Record<string, string | undefined>;

/** Where a command prints while it runs. */
export type Terminal = {
  print: (text: string) => void;
  colours: boolean;
  /** Aborted when the user ends the command. */
  stopped: AbortSignal;
};

/** For a caller that needs only what the command returns. */
export const silentTerminal = (): Terminal => ({
  print: () => {},
  colours: false,
  stopped: new AbortController().signal,
});
