package browser

import (
	"context"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var pages = flag.String("pages", "", "the folder where make bench-page leaves aftershock.html and vegeta.html")

// firstChart notes when the first canvas holds anything, in milliseconds since the page was asked for.
const firstChart = `(() => {
	const look = () => {
		const canvas = document.querySelector("canvas");
		const image = canvas && canvas.width && canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
		if (image && image.data.some(v => v)) window.firstChart = performance.now();
		else requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
})()`

// How long it takes from asking for a page until its first chart is drawn, of our page and vegeta's plot of as many
// operations in turn, in one browser.
func BenchmarkOpens(b *testing.B) {
	if *pages == "" {
		b.Fatal("no pages: make bench-page makes them")
	}
	folder, err := filepath.Abs(*pages)
	must(b, err)
	p := openAt(b, "about:blank", views[2])
	must(b, chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
		_, err := cdp.Call(ctx, to, cdpage.AddScriptToEvaluateOnNewDocument,
			cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: firstChart})
		return err
	})))
	names := []string{"aftershock", "vegeta"}
	total := make([]time.Duration, len(names))
	for b.Loop() {
		for i, name := range names {
			must(b, chromedp.Do(p.ctx, chromedp.Navigate("file://"+filepath.Join(folder, name+".html"))))
			p.await(`window.firstChart > 0`)
			total[i] += time.Duration(ask[float64](p, `window.firstChart`) * float64(time.Millisecond))
		}
	}
	for i, name := range names {
		b.ReportMetric(total[i].Seconds()*1e3/float64(b.N), name+"-ms")
	}
	b.ReportMetric(0, "ns/op")
}
