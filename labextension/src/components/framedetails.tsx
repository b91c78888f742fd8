import * as React from 'react';
import { Conversation } from '../conversation';
import { Column, Frame } from '../protocol';
import { useServices } from '../services';
import { trans } from '../translation';

/** A frame's columns, and whether questions use it. */
export function FrameDetails(props: { conversation: Conversation; frame: Frame }): JSX.Element {
  const { conversation, frame } = props;
  const { name } = frame;
  return (
    <div className="am-Frame" role="group" aria-label={trans.__('Frame %1', name)}>
      <ScopeButtons conversation={conversation} frame={frame}>
        {trans.__('A click hides a column from models and their code, or shows it again.')}
      </ScopeButtons>
      <ProfileButton conversation={conversation} name={name} />
      <Columns
        columns={frame.columns}
        onHide={(column, hidden) =>
          conversation.change({ type: 'hide', frame: name, column, hidden })
        }
      />
      {frame.width > frame.columns.length && (
        <p className="am-Note">
          {trans._n(
            'and %1 more column',
            'and %1 more columns',
            frame.width - frame.columns.length
          )}
        </p>
      )}
    </div>
  );
}

/** Whether questions use a frame or a connection, alone or not at all. */
export function ScopeButtons(props: {
  conversation: Conversation;
  frame: Frame;
  children: string;
}): JSX.Element {
  const { conversation, frame } = props;
  const { name } = frame;
  return (
    <div className="am-Actions">
      <button
        className="am-Button"
        aria-pressed={frame.pinned}
        title={trans.__('Ask about this, and what else is asked about alone, and nothing more')}
        onClick={() => conversation.change({ type: 'pin', frame: name, pinned: !frame.pinned })}
      >
        {frame.pinned ? trans.__('Asked about alone') : trans.__('Ask about it alone')}
      </button>
      <button
        className="am-Button"
        aria-pressed={frame.dropped}
        title={trans.__('Leave it out of questions')}
        onClick={() => conversation.change({ type: 'drop', frame: name, dropped: !frame.dropped })}
      >
        {frame.dropped ? trans.__('Left out') : trans.__('Leave out')}
      </button>
      <span className="am-Note">{props.children}</span>
    </div>
  );
}

/** Makes the profile of a frame or a table, which comes as a page of its own; no model is asked. */
export function ProfileButton(props: { conversation: Conversation; name: string }): JSX.Element {
  const { conversation, name } = props;
  const { showProfile } = useServices();
  const [busy, setBusy] = React.useState(false);
  const look = async () => {
    setBusy(true);
    const reply = await conversation.request({ type: 'profile', frame: name });
    setBusy(false);
    if (reply) {
      showProfile(name, String(reply.value.html));
    }
  };
  return (
    <button
      className="am-Button"
      disabled={busy}
      title={trans.__(
        'Missing values, outliers, duplicates and what to look at first; no model is asked'
      )}
      onClick={() => void look()}
    >
      {busy ? trans.__('Looking …') : trans.__('Profile')}
    </button>
  );
}

/** Columns as buttons: a click hides one, or shows it again. */
export function Columns(props: {
  columns: readonly Column[];
  onHide: (column: string, hidden: boolean) => void;
}): JSX.Element {
  return (
    <ul className="am-Columns">
      {props.columns.map(column => (
        <li key={column.name}>
          <button
            className="am-Column"
            aria-pressed={!column.hidden}
            aria-label={`${column.name}, ${column.type}, ${column.hidden ? trans.__('hidden') : trans.__('visible to models')}`}
            onClick={() => props.onHide(column.name, !column.hidden)}
          >
            <bdi>{column.name}</bdi>{' '}
            <span className="am-Type">{column.hidden ? trans.__('hidden') : column.type}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
