import * as React from 'react';
import { Choice } from '../catalog';
import { Conversation } from '../conversation';
import { Setting, Settings } from '../protocol';
import { useCatalog, useServices } from '../services';
import { Keys } from './keys';
import { SettingRow } from './settingrow';
import { trans } from '../translation';

/** Settings that have a place of their own. */
const ELSEWHERE = ['model', 'privacy', 'sandbox'];
/** Settings of how things look and are said, which stand open; the language is one for all notebooks. */
const LOOK = ['language', 'theme'];

/** Where the value of a setting comes from, and whether it may be changed. */
export function originOf(setting: Setting | undefined): string {
  if (!setting) {
    return '';
  }
  if (setting.locked) {
    return trans.__('fixed by your administrator');
  }
  const origins: Record<Setting['origin'], string> = {
    default: trans.__('the default'),
    server: trans.__('set by the server'),
    administrator: trans.__('set by your administrator'),
    user: trans.__('your setting for all notebooks'),
    environment: trans.__('set in the environment'),
    notebook: trans.__('this notebook alone')
  };
  return origins[setting.origin];
}

/** What a model may see, in plain words, where code runs, and the rest of the settings, each with its origin. */
export function SettingsView(props: {
  conversation: Conversation;
  settings: Settings;
}): JSX.Element {
  const { conversation, settings } = props;
  const { privacy, sandboxes, settings: schemas } = useCatalog();
  const { openSettings, serverSettings, keepSetting } = useServices();
  const of = (name: string) => settings.values.find(setting => setting.name === name);
  const set = (name: string, value: Setting['value']) =>
    conversation.change({ type: 'set', name, value });
  const level = privacy.findIndex(choice => choice.name === of('privacy')?.fixed);
  return (
    <div className="am-Settings" role="group" aria-label={trans.__('Settings')}>
      <Choices
        legend={trans.__('What a model may see of the data')}
        choices={privacy}
        value={settings.privacy}
        allows={(_, place) => level < 0 || place <= level}
        setting={of('privacy')}
        onPick={value => set('privacy', value)}
      />
      <p className="am-Note">
        {settings.remote
          ? trans.__(
              '%1 gets it with each question; “What would be sent?” shows the very text.',
              settings.model
            )
          : trans.__(
              '%1 works on this machine: with it nothing is sent, whatever stands here.',
              settings.model
            )}
      </p>
      <Choices
        legend={trans.__('Where code runs')}
        choices={sandboxes}
        value={settings.sandbox}
        allows={name => !of('sandbox')?.locked || name === of('sandbox')?.fixed}
        setting={of('sandbox')}
        onPick={value => set('sandbox', value)}
      />
      {schemas
        .filter(schema => LOOK.includes(schema.name) && of(schema.name))
        .map(schema => (
          <SettingRow
            key={schema.name}
            schema={schema}
            setting={of(schema.name)!}
            onSet={value =>
              schema.name === 'language'
                ? void keepSetting(schema.name, value)
                : set(schema.name, value)
            }
          />
        ))}
      <details className="am-Fold">
        <summary>{trans.__('Limits, hidden columns and history')}</summary>
        {schemas
          .filter(({ name }) => ![...ELSEWHERE, ...LOOK].includes(name) && of(name))
          .map(schema => (
            <SettingRow
              key={schema.name}
              schema={schema}
              setting={of(schema.name)!}
              onSet={value => set(schema.name, value)}
            />
          ))}
      </details>
      <details className="am-Fold">
        <summary>{trans.__('Keys of models')}</summary>
        <Keys server={serverSettings} />
      </details>
      <button className="am-Button" onClick={openSettings}>
        {trans.__('Settings for all notebooks')}
      </button>
    </div>
  );
}

function Choices(props: {
  legend: string;
  choices: readonly Choice[];
  value: string;
  /** Whether the administrator leaves a choice. */
  allows: (name: string, place: number) => boolean;
  setting: Setting | undefined;
  onPick: (name: string) => void;
}): JSX.Element {
  const { choices, value, setting } = props;
  const { keepSetting } = useServices();
  const group = React.useId();
  const known = choices.some(choice => choice.name === value);
  const all = known ? choices : [...choices, { name: value, label: value, about: '' }];
  return (
    <fieldset className="am-Choices">
      <legend>
        {props.legend} <span className="am-Type">{originOf(setting)}</span>
      </legend>
      {all.map((choice, place) => (
        <label key={choice.name}>
          <input
            type="radio"
            name={group}
            checked={choice.name === value}
            disabled={!props.allows(choice.name, place)}
            onChange={() => props.onPick(choice.name)}
          />
          <span>
            {trans.__(choice.label)}
            {choice.about && <span className="am-Type"> – {trans.__(choice.about)}</span>}
          </span>
        </label>
      ))}
      {setting?.origin === 'notebook' && (
        <button
          className="am-Button"
          type="button"
          onClick={() => void keepSetting(setting.name, setting.value)}
        >
          {trans.__('Keep for all notebooks')}
        </button>
      )}
    </fieldset>
  );
}
