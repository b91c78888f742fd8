import * as React from 'react';
import { Conversation } from '../conversation';
import { shape } from '../format';
import { Frame } from '../protocol';
import { count } from '../wording';

/** The frames that a question may use, as chips; one that is opened shows its columns. */
export function Frames(props: {
  conversation: Conversation;
  frames: readonly Frame[];
}): JSX.Element {
  const { conversation, frames } = props;
  const [open, setOpen] = React.useState('');
  const shown = frames.find(frame => frame.name === open);
  const somePinned = frames.some(frame => frame.pinned);
  return (
    <div className="am-Frames">
      <div className="am-Chips" role="group" aria-label="Frames in scope">
        {frames.map(frame => {
          const out = frame.dropped || (somePinned && !frame.pinned);
          const hidden = frame.columns.filter(column => column.hidden).length;
          return (
            <button
              key={frame.name}
              className={`am-Chip${out ? ' am-mod-out' : ''}${frame.pinned ? ' am-mod-pinned' : ''}`}
              aria-expanded={frame.name === open}
              title={`${frame.name}: ${frame.kind}, ${shape(frame)}${out ? ', left out' : ''}`}
              onClick={() => setOpen(frame.name === open ? '' : frame.name)}
            >
              <strong>{frame.name}</strong> <span>{shape(frame)}</span>
              {hidden > 0 && <span>, {hidden} hidden</span>}
            </button>
          );
        })}
      </div>
      {shown && <FrameDetails conversation={conversation} frame={shown} />}
    </div>
  );
}

function FrameDetails(props: { conversation: Conversation; frame: Frame }): JSX.Element {
  const { conversation, frame } = props;
  const { name } = frame;
  return (
    <div className="am-Frame" role="group" aria-label={`Frame ${name}`}>
      <div className="am-Actions">
        <button
          className="am-Button"
          aria-pressed={frame.pinned}
          title="Ask about this frame, and others that are pinned, alone"
          onClick={() => conversation.change({ type: 'pin', frame: name, pinned: !frame.pinned })}
        >
          {frame.pinned ? 'Asked about alone' : 'Ask about it alone'}
        </button>
        <button
          className="am-Button"
          aria-pressed={frame.dropped}
          title="Leave this frame out of questions"
          onClick={() =>
            conversation.change({ type: 'drop', frame: name, dropped: !frame.dropped })
          }
        >
          {frame.dropped ? 'Left out' : 'Leave out'}
        </button>
        <span className="am-Note">
          A click hides a column from models and their code, or shows it again.
        </span>
      </div>
      <ul className="am-Columns">
        {frame.columns.map(column => (
          <li key={column.name}>
            <button
              className="am-Column"
              aria-pressed={!column.hidden}
              aria-label={`${column.name}, ${column.type}, ${column.hidden ? 'hidden' : 'visible to models'}`}
              onClick={() =>
                conversation.change({
                  type: 'hide',
                  frame: name,
                  column: column.name,
                  hidden: !column.hidden
                })
              }
            >
              {column.name}{' '}
              <span className="am-Type">{column.hidden ? 'hidden' : column.type}</span>
            </button>
          </li>
        ))}
      </ul>
      {frame.width > frame.columns.length && (
        <p className="am-Note">and {count(frame.width - frame.columns.length, 'more column')}</p>
      )}
    </div>
  );
}
