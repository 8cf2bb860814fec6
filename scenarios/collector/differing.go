package collector

import "reflect"

// Differing names the seams in which two arms differ: another type, or the same with another content. Of a constructor
// that is what it makes when it is given nothing.
func (s Seams) Differing(other Seams) (names []string) {
	one, two := reflect.ValueOf(s), reflect.ValueOf(other)
	for i := range one.NumField() {
		if !reflect.DeepEqual(made(one.Field(i)), made(two.Field(i))) {
			names = append(names, one.Type().Field(i).Name)
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
