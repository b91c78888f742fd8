/**
 * What the panel and the kernel tell each other, typed once.
 *
 * `tests/contract/*.json` holds the same as schemas with examples; the tests of both sides read them.
 */

import { TableStyle } from './table/rows';
import { ColumnFormat } from './table/values';

export const TARGET = 'analyst_magic';
export const VERSION = 2;

export interface Failure {
  kind: string;
  message: string;
  next_step: string;
  detail: string;
}

export interface Column {
  name: string;
  type: string;
  hidden: boolean;
}

export interface Frame {
  name: string;
  /** Its library; of a connection, its engine, and how many tables it has or that it cannot be asked. */
  kind: string;
  rows: number | null;
  width: number;
  columns: Column[];
  pinned: boolean;
  dropped: boolean;
  /** Whether it is a connection to a database; its columns are then the names of its first tables. */
  connection: boolean;
  /** Whether all of it is hidden from models. */
  hidden: boolean;
}

/** A metric or a field that the notebooks of the folder share. */
export interface Definition {
  name: string;
  formula: string;
  /** Its other names. */
  also: string;
  /** File and line. */
  where: string;
}

/** The value of one setting and where it comes from. */
export interface Setting {
  name: string;
  value: string | number | boolean | string[];
  origin: 'default' | 'server' | 'administrator' | 'user' | 'environment' | 'notebook';
  /** Whether the administrator has fixed it; it can then be made stricter alone. */
  locked: boolean;
  /** The administrator's value of a setting that is locked. */
  fixed: string | number | boolean | string[] | null;
}

export interface Settings {
  model: string;
  /** Whether questions leave this machine. */
  remote: boolean;
  privacy: string;
  sandbox: string;
  /** Those that can be changed here. */
  values: Setting[];
}

/** A question of an earlier kernel, as the history has it. */
export interface Past {
  /** Its number in the history. */
  history: number;
  question: string;
  at: string;
  ok: boolean;
  code: string;
  language: string;
  model: string;
  /** Whether the user marked it as right or as not right; null for neither. */
  good: boolean | null;
  answer_html: string;
}

export type Stage = 'context' | 'model' | 'checks' | 'sandbox' | 'transfer' | 'repair' | 'tool';

export interface Result {
  index: number;
  /** `figure`, `table`, `document`, `image`, `text`, or what another package calls a result of its own. */
  kind: string;
  data: Record<string, unknown>;
  table?: {
    rows: number;
    sent: number;
    note: string;
    formats?: (ColumnFormat | null)[];
    style?: TableStyle;
  };
  document?: {
    name: string;
    format: string;
    size: number;
    path: string;
    note: string;
    version: number;
    extent: string;
    image: string;
    pages: { title: string; rows: string[][] }[];
  };
  /** A result that is one number, to be shown large. */
  number?: { text: string; exact: string; label: string; unit: string };
}

/** What an answer is: a result that code computed, or prose in its place. */
export type Kind = 'result' | 'refusal' | 'question' | 'explanation';

export interface Done {
  ok: boolean;
  text: string;
  /** The answer in words, as Markdown, and as HTML that the kernel made harmless. */
  answer: string;
  answer_html: string;
  kind: Kind;
  /** Whether the answer is one line, to be shown large. */
  brief: boolean;
  /** How the question was understood. */
  reading_html: string;
  /** What the model says of its code. */
  method_html: string;
  /** For a refusal: what can be asked about instead. */
  offers: string[];
  /** For a refusal: whole questions that can be asked instead. */
  questions: string[];
  code: string;
  language: 'python' | 'sql' | 'document';
  model: string;
  /** What it was computed from and how long that took, in plain words. */
  facts: string[];
  /** Who wrote the code, where it ran and what that cost. */
  details: string[];
  tokens: { prompt: number; completion: number } | null;
  cost: number | null;
  seconds: Record<string, number>;
  sandbox: string;
  privacy: string;
  notes: string[];
  /** The figure that it computes, where that can be saved as a metric. */
  metric: { name: string; formula: string } | null;
  pinned: boolean;
  /** Its number in the history; null where it is not there. */
  history: number | null;
  /** Whether the user marked it as right or as wrong; null for neither. */
  good: boolean | null;
  /** Whether it was stopped before its end. */
  stopped: boolean;
  /** Questions that go on from this answer. */
  next: string[];
  error: Failure | null;
  attempts: { code: string; error: Failure | null }[];
  cell: string;
  code_cell: string;
}

/** One step of an investigation's plan. */
export interface PlanStep {
  question: string;
  /** How it is computed, and what would confirm or refute what is suspected. */
  about: string;
  state: 'planned' | 'running' | 'done' | 'failed';
  /** The name of its turn; empty where it has none. */
  turn: string;
}

/** How far an investigation is. */
export interface Plan {
  question: string;
  /** Whether it waits for the user's word on its plan. */
  waiting: boolean;
  over: boolean;
  steps: PlanStep[];
  /** What is spent and what may be, in words. */
  spent: string;
  notes: string[];
  error: Failure | null;
}

export interface Claim {
  html: string;
  /** The turns whose results it rests on, with the numbers of their steps. */
  steps: { number: number; turn: string }[];
  confidence: 'high' | 'medium' | 'low';
  support: 'supported' | 'unsupported' | 'contradicted';
  remark: string;
}

/** What an investigation found. */
export interface Findings {
  question: string;
  summary_html: string;
  claims: Claim[];
  not_examined: string[];
}

/** Something of one question. */
export type OfTurn =
  | { type: 'begun'; id: string; question: string; elapsed: number; cell?: string; step?: string }
  | ({ type: 'plan'; id: string } & Plan)
  | ({ type: 'findings'; id: string } & Findings)
  | { type: 'stage'; id: string; stage: Stage; text: string; elapsed: number }
  | { type: 'sent'; id: string; text: string }
  | { type: 'delta'; id: string; text: string }
  | { type: 'printed'; id: string; text: string }
  | { type: 'prose'; id: string; html: string }
  | ({ type: 'result'; id: string } & Result)
  | { type: 'redrawn'; id: string; index: number; data: Record<string, unknown> }
  | ({ type: 'done'; id: string } & Done);

export type ToPanel =
  | OfTurn
  | { type: 'welcome'; version: number; turns: string[] }
  | { type: 'past'; turns: Past[] }
  | { type: 'frames'; frames: Frame[] }
  | { type: 'suggestions'; questions: string[] }
  | { type: 'definitions'; definitions: Definition[]; problems: number }
  | ({ type: 'settings' } & Settings)
  | { type: 'reply'; request: string; value: Record<string, unknown> }
  | { type: 'refused'; request: string; error: Failure };

/** What a question may bring for itself alone. */
export interface AskOptions {
  model?: string;
  privacy?: string;
  wants?: string;
  fresh?: boolean;
  refine?: string;
  /** The question that is asked once more, in the conversation in which it was asked. */
  again?: string;
}

/** What is answered by one reply. */
export type Request =
  | { type: 'context'; text: string }
  | { type: 'models'; anew?: boolean }
  | { type: 'mark'; id: string; good: boolean | null }
  | { type: 'try'; model: string }
  | { type: 'key'; provider: string; key: string }
  | { type: 'open'; file: string }
  | { type: 'outputs'; id: string }
  | { type: 'export'; id: string; index: number }
  | { type: 'save'; id: string; name: string }
  | { type: 'define'; id: string; name: string }
  | { type: 'tables'; connection: string; words: string }
  | { type: 'explain'; code: string }
  | { type: 'fix'; code: string; error: { name: string; text: string } | null }
  | { type: 'document'; cells: string[]; noted: number[] }
  | { type: 'profile'; frame: string };

export type ToKernel =
  | { type: 'sync'; known: string[]; language?: string }
  | ({ type: 'ask'; id: string; text: string } & AskOptions)
  | { type: 'investigate'; id: string; text: string }
  | { type: 'approve'; id: string; steps: { place: number; question: string }[] | null }
  | { type: 'stop'; id: string }
  | { type: 'frames' }
  | { type: 'forget' }
  | { type: 'hide'; frame: string; column: string; hidden: boolean }
  | { type: 'pin'; frame: string; pinned: boolean }
  | { type: 'drop'; frame: string; dropped: boolean }
  | { type: 'set'; name: string; value: Setting['value'] }
  | { type: 'reload' }
  | (Request & { request: string });

/** Whether a message is one of a question. */
export function isOfTurn(message: ToPanel): message is OfTurn {
  return 'id' in message;
}
