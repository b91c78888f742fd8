import * as React from 'react';
import { SettingSchema } from '../catalog';
import { Setting } from '../protocol';
import { useServices } from '../services';
import { originOf } from './settings';
import { trans } from '../translation';

/** One setting: what it is called and means, its value, where that comes from, and a field to change it. */
export function SettingRow(props: {
  schema: SettingSchema;
  setting: Setting;
  onSet: (value: Setting['value']) => void;
}): JSX.Element {
  const { schema, setting, onSet } = props;
  const { keepSetting } = useServices();
  const id = React.useId();
  const shown = Array.isArray(setting.value) ? setting.value.join(', ') : String(setting.value);
  const [text, setText] = React.useState(shown);
  React.useEffect(() => setText(shown), [shown, setting.origin]);
  const take = () => {
    if (text.trim() !== shown) {
      const words = text.split(',').map(word => word.trim());
      onSet(schema.type === 'array' ? words.filter(Boolean) : text.trim());
    }
  };
  return (
    <div className="am-Setting">
      <label htmlFor={id}>{trans.__(schema.title)}</label>
      {schema.oneOf ? (
        <select
          id={id}
          className="am-Input"
          value={String(setting.value)}
          aria-describedby={`${id}-about`}
          onChange={event => onSet(event.target.value)}
        >
          {schema.oneOf.map(choice => (
            <option key={choice.const} value={choice.const}>
              {trans.__(choice.title)}
            </option>
          ))}
        </select>
      ) : schema.type === 'boolean' ? (
        <input
          id={id}
          type="checkbox"
          checked={setting.value === true}
          onChange={event => onSet(event.target.checked)}
        />
      ) : (
        <input
          id={id}
          className="am-Input"
          value={text}
          aria-describedby={`${id}-about`}
          onChange={event => setText(event.target.value)}
          onBlur={take}
          onKeyDown={event => event.key === 'Enter' && take()}
        />
      )}
      <p id={`${id}-about`} className="am-Note">
        {trans.__(schema.description)} <em>{originOf(setting)}</em>
        {setting.origin === 'notebook' && !setting.locked && (
          <button
            className="am-Link"
            type="button"
            onClick={() => void keepSetting(setting.name, setting.value)}
          >
            {trans.__('Keep for all notebooks')}
          </button>
        )}
      </p>
    </div>
  );
}
