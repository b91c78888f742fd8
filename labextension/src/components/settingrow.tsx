import * as React from 'react';
import { SettingSchema } from '../catalog';
import { Setting } from '../protocol';
import { useServices } from '../services';
import { originOf } from './settings';

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
  const isSwitch = schema.type === 'boolean';
  return (
    <div className="am-Setting">
      <label htmlFor={id}>{schema.title}</label>
      {isSwitch ? (
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
        {schema.description} <em>{originOf(setting)}</em>
        {setting.origin === 'notebook' && !setting.locked && (
          <button
            className="am-Link"
            type="button"
            onClick={() => void keepSetting(setting.name, setting.value)}
          >
            Keep for all notebooks
          </button>
        )}
      </p>
    </div>
  );
}
