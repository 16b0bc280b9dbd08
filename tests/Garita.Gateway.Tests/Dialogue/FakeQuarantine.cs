using Garita.Gateway.Relay.Quarantine;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>A quarantine that notes what it is given and answers what the test says.</summary>
internal sealed class FakeQuarantine : IQuarantine
{
    private readonly List<QuarantinedMessage> _got = [];

    public QuarantineOutcome Outcome { get; set; }

    public IReadOnlyList<QuarantinedMessage> Got
    {
        get
        {
            lock (_got)
                return [.. _got];
        }
    }

    public ValueTask<(QuarantineOutcome Outcome, string Id)> KeepAsync(QuarantinedMessage message)
    {
        lock (_got)
            _got.Add(message);
        return new((Outcome, Outcome == QuarantineOutcome.Kept ? "q1" : ""));
    }
}
