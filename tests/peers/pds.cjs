// A real Bluesky server (PDS) with its directory, in memory, on loopback alone.
const net = require("net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === "number" || /^\d+$/.test(String(first))) {
    return listen.call(this, Number(first), "127.0.0.1", ...rest.filter((one) => typeof one === "function"));
  }
  if (first && typeof first === "object" && first.port !== undefined) first.host = "127.0.0.1";
  return listen.call(this, first, ...rest);
};
const { TestNetworkNoAppView } = require("@atproto/dev-env");

(async () => {
  const plc = { port: Number(process.env.PLC_PORT) };
  const pds = { port: Number(process.env.PDS_PORT), hostname: "localhost" };
  const network = await TestNetworkNoAppView.create({ plc, pds });
  console.log("open");
  process.on("SIGTERM", async () => {
    await network.close();
    process.exit(0);
  });
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
