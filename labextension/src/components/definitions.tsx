import * as React from 'react';
import { Definition } from '../protocol';
import { trans } from '../translation';

/** What the notebooks of the folder define, folded to one line. */
export function Definitions(props: {
  definitions: readonly Definition[];
  problems: number;
}): JSX.Element | null {
  const { definitions, problems } = props;
  if (!definitions.length && !problems) {
    return null;
  }
  const wrong = problems ? `, ${trans._n('%1 problem', '%1 problems', problems)}` : '';
  return (
    <details className="am-Fold am-Definitions">
      <summary>
        {trans._n('%1 definition', '%1 definitions', definitions.length)}
        {wrong}
      </summary>
      <ul>
        {definitions.map(({ name, formula, also, where }) => (
          <li key={name} title={where}>
            <strong>{name}</strong> <code>{formula}</code>
            {also && <span className="am-Type"> {trans.__('also called %1', also)}</span>}
          </li>
        ))}
      </ul>
      {problems > 0 && (
        <p className="am-Note">
          {trans.__('%1 says what is wrong.', '%analyst definitions check')}
        </p>
      )}
    </details>
  );
}
