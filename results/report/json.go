package report

import (
	"encoding/json"
	"io"
)

// asJSON writes the summary as results.WriteJSON does, so that it is the same file, byte for byte.
func asJSON(w io.Writer, in Input) error {
	data, err := json.MarshalIndent(in.Summary, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// figures writes the summary as one that stands for itself, in one line: it is to be kept small.
func figures(w io.Writer, in Input) error { return json.NewEncoder(w).Encode(in.Summary.Figures()) }
