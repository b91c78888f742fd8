import * as React from 'react';
import { Conversation } from '../conversation';
import { Settings } from '../protocol';
import { useServices } from '../services';

const PRIVACY: Record<string, string> = {
  schema: 'names and types alone',
  stats: 'names, types and aggregates',
  masked: 'also a few rows with masked values',
  rows: 'also a few rows'
};

/** Which model answers, what it may see, and where its code runs. */
export function Pickers(props: { conversation: Conversation; settings: Settings }): JSX.Element {
  const { conversation, settings } = props;
  const set = (name: 'model' | 'privacy' | 'sandbox', value: string) =>
    conversation.change({ type: 'set', name, value });
  return (
    <div className="am-Pickers">
      <ModelPicker model={settings.model} onPick={value => set('model', value)} />
      <label>
        Privacy
        <select
          className="am-Input"
          title={`What a model may see: ${PRIVACY[settings.privacy] ?? settings.privacy}`}
          value={settings.privacy}
          onChange={event => set('privacy', event.target.value)}
        >
          {settings.privacy_levels.map(level => (
            <option key={level} title={PRIVACY[level]}>
              {level}
            </option>
          ))}
        </select>
      </label>
      <label>
        Sandbox
        <select
          className="am-Input"
          title="Where code runs"
          value={settings.sandbox}
          onChange={event => set('sandbox', event.target.value)}
        >
          {settings.sandboxes.map(kind => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

function ModelPicker(props: { model: string; onPick: (model: string) => void }): JSX.Element {
  const { modelNames } = useServices();
  const [text, setText] = React.useState(props.model);
  const [names, setNames] = React.useState<string[]>([]);
  const list = React.useId();
  React.useEffect(() => setText(props.model), [props.model]);
  const pick = () => {
    if (text.trim() && text.trim() !== props.model) {
      props.onPick(text.trim());
    } else {
      setText(props.model);
    }
  };
  return (
    <label>
      Model
      <input
        className="am-Input"
        list={list}
        value={text}
        title="offline, or PROVIDER:MODEL"
        onFocus={() => void modelNames().then(setNames)}
        onChange={event => setText(event.target.value)}
        onBlur={pick}
        onKeyDown={event => event.key === 'Enter' && pick()}
      />
      <datalist id={list}>
        {names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
