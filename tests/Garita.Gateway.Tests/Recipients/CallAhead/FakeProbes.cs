using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Tests.Recipients.CallAhead;

/// <summary>A mail server that knows some, and keeps what it was asked.</summary>
internal sealed class FakeProbes : IRecipientProbes
{
    internal Dictionary<string, ProbeAnswer> Answers { get; } = new(StringComparer.Ordinal);

    internal List<string> Asked { get; } = [];

    /// <summary>What is said of others.</summary>
    internal ProbeAnswer Otherwise { get; set; } = ProbeAnswer.No;

    /// <summary>Holds answers back; null for none.</summary>
    internal TaskCompletionSource? Hold { get; set; }

    public async ValueTask<ProbeAnswer> ProbeAsync(TenantSettings tenant, Mailbox recipient, long deadline)
    {
        Asked.Add(recipient.ToString());
        if (Hold is { } hold)
            await hold.Task;
        return Answers.GetValueOrDefault(recipient.LocalPart, Otherwise);
    }
}
