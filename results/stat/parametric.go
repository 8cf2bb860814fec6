package stat

// Parametric judges 2 to 5 pairs by Student's t, which assumes that their differences are normal: verdict, p and
// equivalence are those of its intervals. It is for those who ask for that by name. So few pairs cannot show that they
// are not normal, and two alone are often significant where eight are not. Any other comparison is left as it is:
// bounds have no t, and from 6 pairs on ranks need no assumption.
func Parametric(c Comparison) Comparison {
	if !c.Method.Parametric() {
		return c
	}
	c.P, c.Equivalence = pValues(newStudent(c.Differences), c.Limit())
	c.Verdict = judge(c.At95, c.At90, c.Criterion)
	return c
}
