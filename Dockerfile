# The binary is static and the members are its own children, so the image needs nothing else. `make build` comes first.
FROM scratch
COPY bin/aftershock /aftershock
ENTRYPOINT ["/aftershock"]
