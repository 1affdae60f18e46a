declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** @param options.path folder of the LevelDB that keeps the tables; in memory without it */
  export default function dynalite(options: { path?: string; createTableMs: number }): Server;
}
