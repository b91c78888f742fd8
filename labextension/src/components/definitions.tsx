import * as React from 'react';
import { Definition } from '../protocol';
import { count } from '../wording';

/** What the notebooks of the folder define, folded to one line. */
export function Definitions(props: {
  definitions: readonly Definition[];
  problems: number;
}): JSX.Element | null {
  const { definitions, problems } = props;
  if (!definitions.length && !problems) {
    return null;
  }
  const wrong = problems ? `, ${count(problems, 'problem')}` : '';
  return (
    <details className="am-Fold am-Definitions">
      <summary>
        {count(definitions.length, 'definition')}
        {wrong}
      </summary>
      <ul>
        {definitions.map(({ name, formula, also, where }) => (
          <li key={name} title={where}>
            <strong>{name}</strong> <code>{formula}</code>
            {also && <span className="am-Type"> also called {also}</span>}
          </li>
        ))}
      </ul>
      {problems > 0 && <p className="am-Note">%analyst definitions check says what is wrong.</p>}
    </details>
  );
}
