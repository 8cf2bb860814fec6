// Package arrows holds no code but tests: of the directions in which packages import each other, of what the pure ones
// leave alone, of the size of files, and of words that we do not write (docs/STYLE.md). The design says why an arrow
// points as it does; these tests keep it so.
package arrows
