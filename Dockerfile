# The program is static and members are its own children, so the image needs nothing else. `make build` comes first: an
# image that compiles would have to be pulled, which cannot be done everywhere.
FROM scratch
COPY --chmod=0555 bin/aftershock /aftershock
USER 65532:65532
# A run is shown at this address, and the health check asks there.
ENV AFTERSHOCK_SERVE=127.0.0.1:8088
HEALTHCHECK --interval=5s --timeout=6s --start-period=15s CMD ["/aftershock", "health"]
ENTRYPOINT ["/aftershock"]
