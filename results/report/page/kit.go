package page

// Kit is what a page of another kind is made of that is to look like these.
type Kit struct {
	Script string // uPlot, with its licence in front, and what all scripts share
	Style  string
}

// KitOf gives the kit.
func KitOf() Kit {
	return Kit{Script: "/*\n" + plotLicence + "*/\n" + plotScript + "\n" + kitScript, Style: plotStyle + "\n" + ownStyle}
}

// Digest names a script or a style in a content security policy, by what it holds.
func Digest(text string) string { return digest(text) }
