import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

const found = findPackageJSON(import.meta.url);
if (!found) throw new Error('klarna-relay has no package.json');

/** The package.json of klarna-relay, in a clone as in an installed package. */
export const packageFile: string = found;

export const { version }: { version: string } = JSON.parse(readFileSync(packageFile, 'utf8'));
