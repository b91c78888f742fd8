import { PathExt } from '@jupyterlab/coreutils';

/** The ending of a data file's name; empty where questions cannot be asked about such files. */
export function endingOf(path: string, endings: readonly string[]): string {
  const name = PathExt.basename(path).toLowerCase();
  const found = endings.filter(ending => name.endsWith(ending));
  return found.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** Whether a question names a data file, or is code, so that it can be answered without data of the notebook. */
export function bringsData(question: string, endings: readonly string[]): boolean {
  const words = question.split(/\s+/).map(word => word.replace(/[\s"'`.,;:!?)]+$/, ''));
  return /^\s*(sql|python)\s*:/i.test(question) || words.some(word => isDataFile(word, endings));
}

/** Whether a file is one that a question can be asked about, by the endings that the server names. */
export function isDataFile(path: string, endings: readonly string[]): boolean {
  return endingOf(path, endings) !== '';
}
