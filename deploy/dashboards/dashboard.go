package dashboards

import (
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Dashboard is what Grafana shows of one run, in the classic schema, which every Grafana since 5 reads from a file.
//
//nolint:staticcheck // the library would rather have the next schema, which older ones do not read
func Dashboard() (dashboard.Dashboard, error) {
	d := dashboard.NewDashboardBuilder("aftershock").
		Uid("aftershock").
		Description("A run of aftershock: what the service did, arm by arm, and what was done to its etcd.").
		Tags([]string{"aftershock", "etcd"}).
		Time("now-15m", "now").
		Refresh("5s").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		WithVariable(dashboard.NewDatasourceVariableBuilder("datasource").Label("Data source").Type("prometheus"))
	for _, v := range variables {
		d.WithVariable(v.build())
	}
	d.Annotation(dashboard.NewAnnotationQueryBuilder().Name("Faults").Datasource(source()).Enable(true).Hide(false).
		IconColor("red").Expr(`aftershock_faults_active{run="$run"}`).Step("1s").TitleFormat("{{fault}}"))
	for _, r := range rows {
		d.WithRow(dashboard.NewRowBuilder(r.title))
		for _, p := range r.panels {
			d.WithPanel(p.build(24 / len(r.panels)))
		}
	}
	return d.Build()
}

// source is the Prometheus that the user chose.
func source() common.DataSourceRef {
	kind, uid := "prometheus", "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

// variable is a choice of values of a label.
type variable struct {
	label, metric string
	newest, many  bool // the last value first; several, and all of them to begin with
}

// A sum over fixes would count a trial twice that two of them share: there is one fix at a time.
var variables = []variable{
	{label: "run", metric: `aftershock_trials_total`, newest: true},
	{label: "fix", metric: `aftershock_operations_total{run="$run"}`},
	{label: "stream", metric: `aftershock_operations_total{run="$run",fix="$fix"}`, many: true},
}

func (v variable) build() *dashboard.QueryVariableBuilder {
	query := fmt.Sprintf("label_values(%s, %s)", v.metric, v.label)
	b := dashboard.NewQueryVariableBuilder(v.label).Label(v.label).Datasource(source()).
		Query(dashboard.StringOrMap{String: &query}).Definition(query).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortAlphabeticalAsc)
	if v.newest { // a run's name begins with its time
		b.Sort(dashboard.VariableSortAlphabeticalDesc)
	}
	if v.many {
		all := "All"
		value := "$__all"
		b.Multi(true).IncludeAll(true).Current(dashboard.VariableOption{
			Text: dashboard.StringOrArrayOfString{String: &all}, Value: dashboard.StringOrArrayOfString{String: &value},
		})
	}
	return b
}

// line is an expression and what its series are called.
type line struct{ expr, legend string }

// panel is a chart over time.
type panel struct {
	title, says, unit string
	log, steps        bool // a logarithmic axis; values that last until the next
	lines             []line
}

// row is panels side by side.
type row struct {
	title  string
	panels []panel
}

const panelHeight = 8

func (p panel) build(width int) *timeseries.PanelBuilder {
	b := timeseries.NewPanelBuilder().Title(p.title).Description(p.says).Datasource(source()).Unit(p.unit).
		Height(panelHeight).Span(uint32(width)).ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderDescending))
	if p.log {
		b.ScaleDistribution(common.NewScaleDistributionConfigBuilder().Type(common.ScaleDistributionLog).Log(10))
	} else {
		b.AxisSoftMin(0)
	}
	if p.steps {
		b.LineInterpolation(common.LineInterpolationStepAfter)
	}
	for i, l := range p.lines {
		b.WithTarget(prometheus.NewDataqueryBuilder().RefId(string(rune('A' + i))).Datasource(source()).
			Expr(l.expr).LegendFormat(l.legend).Range())
	}
	return b
}

// JSON is the dashboard as Grafana reads it.
func JSON() ([]byte, error) {
	d, err := Dashboard()
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(d, "", "  ")
	return append(text, '\n'), err
}
