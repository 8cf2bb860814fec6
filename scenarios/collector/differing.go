package collector

import "reflect"

// Held is what each seam holds or makes, in the order of the fields. Two deeply equal values are the same code with the
// same constants.
func (s Seams) Held() []any {
	fields := reflect.ValueOf(s)
	held := make([]any, fields.NumField())
	for i := range held {
		held[i] = made(fields.Field(i))
	}
	return held
}

// Differing lists the seams in which two sets hold something else, by their fields' names.
func (s Seams) Differing(other Seams) (names []string) {
	one, two := s.Held(), other.Held()
	for i := range one {
		if !reflect.DeepEqual(one[i], two[i]) {
			names = append(names, reflect.TypeFor[Seams]().Field(i).Name)
		}
	}
	return names
}

// made is what a seam holds; nil when it holds nothing.
func made(seam reflect.Value) any {
	if seam.IsNil() || seam.Kind() != reflect.Func {
		return seam.Interface()
	}
	arguments := make([]reflect.Value, seam.Type().NumIn())
	for i := range arguments {
		arguments[i] = reflect.Zero(seam.Type().In(i))
	}
	return seam.Call(arguments)[0].Interface()
}
