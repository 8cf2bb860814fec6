package stat

// Correction names how p-values were adjusted for being several.
type Correction string

// The corrections.
const (
	NoCorrection Correction = ""
	Holm         Correction = "holm" // the chance of even one false alarm stays below the level
	// BenjaminiYekutieli keeps the share of false ones among the alarms below the level, whatever the tests have in
	// common.
	BenjaminiYekutieli Correction = "benjamini-yekutieli"
)
