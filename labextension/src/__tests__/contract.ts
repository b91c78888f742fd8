import Ajv from 'ajv';
import { readFileSync } from 'fs';
import { join } from 'path';

/** One direction's schema with its examples, which the kernel's own tests read too. */
export function contract(name: 'to_kernel' | 'to_panel') {
  const path = join(__dirname, '..', '..', '..', 'tests', 'contract', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf-8'));
}

/** Cells and what they ask, which the tests of the kernel's parser read too. */
export function cellCases(): { source: string; question: string; code: string }[] {
  const path = join(__dirname, '..', '..', '..', 'tests', 'contract', 'cells.json');
  return JSON.parse(readFileSync(path, 'utf-8'));
}

/** Throws where a message is not of the contract. */
export function check(name: 'to_kernel' | 'to_panel', message: unknown): void {
  const ajv = new Ajv({ strict: false });
  if (!ajv.validate(contract(name), message)) {
    throw new Error(`${JSON.stringify(message)}: ${ajv.errorsText()}`);
  }
}
