/** A bug that a later change might introduce: in `file`, the text `replace` becomes `by`. */
export type PlantedBug = {
  name: string;
  file: string;
  replace: string;
  by: string;
  /** The first seed that finds it. A test starts there. */
  seed: number;
};
