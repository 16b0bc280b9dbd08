using System.Text;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>A relay that keeps what it is given and answers what the test says.</summary>
internal sealed class FakeRelay : IRelay
{
    private readonly List<(Delivery Delivery, string Text)> _got = [];

    public Func<Delivery, ValueTask<DeliveryResult>>? Answer { get; set; }

    public DeliveryOutcome? Down { get; set; }

    public ServerCapabilities? Can { get; set; } = new ServerCapabilities { Pipelining = true, EightBitMime = true, SmtpUtf8 = true, Dsn = true };

    public IReadOnlyList<(Delivery Delivery, string Text)> Got
    {
        get
        {
            lock (_got)
                return [.. _got];
        }
    }

    public async ValueTask<DeliveryResult> DeliverAsync(Delivery delivery)
    {
        var text = new StringBuilder();
        for (long at = 0; at < delivery.Letter.Length;)
        {
            var piece = await delivery.Letter.ReadAsync(at);
            text.Append(Encoding.Latin1.GetString(piece.Span));
            at += piece.Length;
        }

        lock (_got)
            _got.Add((delivery, text.ToString()));
        return Answer is null ? Delivered() : await Answer(delivery);
    }

    public static DeliveryResult Delivered() => new(DeliveryOutcome.Delivered, null, 250, null, "ok", []);

    public ServerCapabilities? Capabilities(TenantSettings tenant) => Can;

    public DeliveryOutcome? Unavailable(TenantSettings tenant) => Down;

    public void Apply(GatewaySettings settings)
    {
        // The fake has no pools.
    }

    public void Sweep()
    {
        // The fake has no deadlines.
    }

    public IReadOnlyList<BackendState> States() => [];
}
