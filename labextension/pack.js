// Packs the files of a folder by xz, which Python reads without a further package and Node cannot write.
const { execFileSync } = require('child_process');
const path = require('path');

/** @param {string} folder Its files become `NAME.xz`. */
function pack(folder) {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  execFileSync(python, [path.join(__dirname, 'pack.py'), folder], { stdio: 'inherit' });
}

module.exports = { pack };
