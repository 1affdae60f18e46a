declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** @param options.path the LevelDB folder of the tables; without it they are in memory */
  export default function dynalite(options: { path?: string; createTableMs: number }): Server;
}
