import * as React from 'react';
import { Conversation } from '../conversation';
import { Frame } from '../protocol';
import { shape } from '../format';
import { Columns, ProfileButton, ScopeButtons } from './framedetails';
import { trans } from '../translation';

const TYPED = 200; // ms after which what is typed is looked for

/** The tables of a connection: searched, unfolded to their columns, hidden as a whole or by column. */
export function ConnectionDetails(props: {
  conversation: Conversation;
  frame: Frame;
}): JSX.Element {
  const { conversation, frame } = props;
  const [words, setWords] = React.useState('');
  const [found, setFound] = React.useState<{ tables: Frame[]; total: number } | null>(null);
  React.useEffect(() => {
    let current = true;
    const look = async () => {
      const reply = await conversation.request({ type: 'tables', connection: frame.name, words });
      if (current && reply) {
        setFound(reply.value as unknown as { tables: Frame[]; total: number });
      }
    };
    const timer = window.setTimeout(() => void look(), words ? TYPED : 0);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [conversation, frame.name, words]);
  const hide = (table: string, column: string, hidden: boolean) => {
    conversation.change({ type: 'hide', frame: table, column, hidden });
    setFound(
      found && { ...found, tables: found.tables.map(one => changed(one, table, column, hidden)) }
    );
  };
  return (
    <div className="am-Frame" role="group" aria-label={trans.__('Connection %1', frame.name)}>
      <ScopeButtons conversation={conversation} frame={frame}>
        {trans.__(
          'Questions are answered by SQL on it. No model and no query of one sees what is hidden.'
        )}
      </ScopeButtons>
      <input
        className="am-Input"
        type="search"
        aria-label={trans.__('Search the tables of %1', frame.name)}
        placeholder={trans.__('Search tables and columns')}
        value={words}
        onChange={event => setWords(event.target.value)}
      />
      {!found && <p className="am-Note">{trans.__('Looking at its tables …')}</p>}
      {found && !found.total && <p className="am-Note">{trans.__('No table has these words.')}</p>}
      <ul className="am-Tables">
        {found?.tables.map(table => (
          <li key={table.name}>
            <details>
              <summary className={table.hidden ? 'am-mod-out' : ''}>
                <strong>{table.name}</strong>{' '}
                <span className="am-Type">{table.hidden ? trans.__('hidden') : shape(table)}</span>
              </summary>
              <button
                className="am-Button"
                aria-pressed={table.hidden}
                onClick={() => hide(table.name, '*', !table.hidden)}
              >
                {table.hidden ? trans.__('Hidden') : trans.__('Hide the table')}
              </button>
              {!table.hidden && <ProfileButton conversation={conversation} name={table.name} />}
              <Columns
                columns={table.columns}
                onHide={(column, hidden) => hide(table.name, column, hidden)}
              />
            </details>
          </li>
        ))}
      </ul>
      {found && found.total > found.tables.length && (
        <p className="am-Note">
          {trans._n(
            'and %1 more table: search for it',
            'and %1 more tables: search for them',
            found.total - found.tables.length
          )}
        </p>
      )}
    </div>
  );
}

function changed(frame: Frame, table: string, column: string, hidden: boolean): Frame {
  if (frame.name !== table) {
    return frame;
  }
  const columns = frame.columns.map(one => (one.name === column ? { ...one, hidden } : one));
  return column === '*' ? { ...frame, hidden } : { ...frame, columns };
}
