import * as React from 'react';
import { Choice } from '../catalog';
import { Conversation } from '../conversation';
import { Settings } from '../protocol';
import { useCatalog, useServices } from '../services';

/** What a model may see, in plain words, and where code runs. */
export function SettingsView(props: {
  conversation: Conversation;
  settings: Settings;
}): JSX.Element {
  const { conversation, settings } = props;
  const { privacy, sandboxes } = useCatalog();
  const { openSettings } = useServices();
  const set = (name: 'privacy' | 'sandbox', value: string) =>
    conversation.change({ type: 'set', name, value });
  return (
    <div className="am-Settings" role="group" aria-label="Settings">
      <Choices
        legend="What a model may see of the data"
        choices={privacy}
        value={settings.privacy}
        onPick={value => set('privacy', value)}
      />
      <p className="am-Note">
        {settings.remote
          ? `${settings.model} gets it with each question; “What would be sent?” shows the very text.`
          : `${settings.model} works on this machine: with it nothing is sent, whatever stands here.`}
      </p>
      <Choices
        legend="Where code runs"
        choices={sandboxes}
        value={settings.sandbox}
        onPick={value => set('sandbox', value)}
      />
      <button className="am-Button" onClick={openSettings}>
        More settings
      </button>
    </div>
  );
}

function Choices(props: {
  legend: string;
  choices: readonly Choice[];
  value: string;
  onPick: (name: string) => void;
}): JSX.Element {
  const { choices, value } = props;
  const group = React.useId();
  const known = choices.some(choice => choice.name === value);
  const all = known ? choices : [...choices, { name: value, label: value, about: '' }];
  return (
    <fieldset className="am-Choices">
      <legend>{props.legend}</legend>
      {all.map(choice => (
        <label key={choice.name}>
          <input
            type="radio"
            name={group}
            checked={choice.name === value}
            onChange={() => props.onPick(choice.name)}
          />
          <span>
            {choice.label}
            {choice.about && <span className="am-Type"> – {choice.about}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
