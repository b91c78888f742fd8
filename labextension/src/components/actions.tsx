import * as React from 'react';
import { Conversation } from '../conversation';
import { useServices } from '../services';
import { Turn } from '../turns';

/** What can be done with an answer. */
export function Actions(props: {
  turn: Turn;
  conversation: Conversation;
  onRefine: (turn: Turn) => void;
}): JSX.Element {
  const { turn, conversation, onRefine } = props;
  const services = useServices();
  const done = turn.done!;
  const [said, setSaid] = React.useState('');
  const [naming, setNaming] = React.useState(false);
  const say = (text: string) => {
    setSaid(text);
    window.setTimeout(() => setSaid(''), 3000);
  };
  const save = async (name: string) => {
    setNaming(false);
    const reply = await conversation.request({ type: 'save', id: turn.id, name });
    if (reply) {
      say(`Saved in ${String(reply.value.file)}`);
    }
  };
  return (
    <div className="am-Actions" role="group" aria-label="What to do with this answer">
      {done.ok && done.cell && (
        <button className="am-Button" onClick={() => services.insert(done.cell)}>
          Insert as cell
        </button>
      )}
      {done.ok && done.code_cell && done.code_cell !== done.cell && (
        <button className="am-Button" onClick={() => services.insert(done.code_cell)}>
          Insert code
        </button>
      )}
      {done.ok && (
        <button className="am-Button" onClick={() => onRefine(turn)}>
          Refine
        </button>
      )}
      <button
        className="am-Button"
        onClick={() => void conversation.ask(turn.question, { fresh: true })}
      >
        Ask again
      </button>
      {done.code && (
        <button
          className="am-Button"
          onClick={() => {
            void navigator.clipboard.writeText(done.code).then(() => say('Copied'));
          }}
        >
          Copy code
        </button>
      )}
      {done.ok && done.code && !naming && (
        <button className="am-Button" onClick={() => setNaming(true)}>
          Save as snippet
        </button>
      )}
      {naming && <SnippetName onName={name => void save(name)} onCancel={() => setNaming(false)} />}
      <span className="am-Said" role="status">
        {said}
      </span>
    </div>
  );
}

function SnippetName(props: { onName: (name: string) => void; onCancel: () => void }): JSX.Element {
  const [name, setName] = React.useState('');
  return (
    <form
      className="am-SnippetName"
      onSubmit={event => {
        event.preventDefault();
        if (name) {
          props.onName(name);
        }
      }}
      onKeyDown={event => event.key === 'Escape' && props.onCancel()}
    >
      <input
        autoFocus
        className="am-Input"
        aria-label="Name of the snippet"
        placeholder="name"
        value={name}
        onChange={event => setName(event.target.value)}
      />
      <button className="am-Button" type="submit">
        Save
      </button>
    </form>
  );
}
