package retryamplification

import (
	"io"
	"time"

	"go.etcd.io/etcd/client/pkg/v3/logutil"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// defaultSampling is that of the logger which a client makes for itself when it is given none.
var defaultSampling = *logutil.DefaultZapLoggerConfig.Sampling

// logger is the logger which a client makes for itself when it is given none, but that it writes to the service's log, and
// how much of the same it keeps a second.
func logger(to io.Writer, sampling zap.SamplingConfig) *zap.Logger {
	lines := zapcore.NewCore(
		zapcore.NewJSONEncoder(logutil.DefaultZapLoggerConfig.EncoderConfig), zapcore.Lock(zapcore.AddSync(to)), zap.InfoLevel,
	)
	sampled := zapcore.NewSamplerWithOptions(lines, time.Second, sampling.Initial, sampling.Thereafter)
	return zap.New(sampled, zap.AddCaller()).Named("etcd-client")
}
