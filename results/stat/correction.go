package stat

// Correction names how p-values were adjusted for being several.
type Correction string

// The corrections.
const (
	NoCorrection      Correction = ""
	Holm              Correction = "holm"               // the chance of even one false alarm stays below the level
	BenjaminiHochberg Correction = "benjamini-hochberg" // the share of false ones among the alarms stays below the level
)
