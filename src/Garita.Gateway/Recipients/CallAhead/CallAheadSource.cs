using System.Security.Cryptography;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients.CallAhead;

/// <summary>
/// Who exists at a tenant, as its mail server says when asked with RCPT and the null reverse-path. Answers are kept; one question at a time
/// for an address, others wait for the same answer; two questions a second for a domain. What was not answered is never a no.
/// Addresses are asked for as they are written, tag and all: only the server knows what it does with tags.
/// </summary>
internal sealed partial class CallAheadSource
{
    /// <summary>Answer that was just given.</summary>
    internal const string Asked = "call-ahead";
    /// <summary>Answer that was kept.</summary>
    internal const string Kept = "call-ahead-cache";
    /// <summary>The mail server takes every name.</summary>
    internal const string CatchAll = "call-ahead-catch-all";
    /// <summary>Too many questions.</summary>
    internal const string TooMany = "call-ahead-rate";

    /// <summary>Addresses kept for a tenant.</summary>
    internal const int MostKept = 20_000;

    private readonly TenantSettings _tenant;
    private readonly IRecipientProbes _probes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Func<int, bool> _flipped;
    private readonly Lock _gate = new();
    private readonly AnswerCache _answers;
    private readonly Dictionary<string, Task<RecipientAnswer>> _asking = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DomainProbes> _domains = new(StringComparer.Ordinal);

    /// <param name="tenant">The tenant.</param>
    /// <param name="probes">Asks.</param>
    /// <param name="flipped">Told when a known address became unknown, with the number of those known; says whether the server is to be believed in nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where is logged.</param>
    /// <param name="most">Addresses kept.</param>
    internal CallAheadSource(TenantSettings tenant, IRecipientProbes probes, Func<int, bool> flipped, TimeProvider time, ILogger log, int most = MostKept)
    {
        _tenant = tenant;
        _probes = probes;
        _flipped = flipped;
        _time = time;
        _log = log;
        _answers = new AnswerCache(most, time);
        foreach (var domain in tenant.Domains)
            _domains[domain] = new DomainProbes(time);
    }

    private CallAheadSettings Settings => _tenant.Recipients.CallAhead;

    /// <summary>Whether a recipient exists.</summary>
    internal ValueTask<RecipientAnswer> FindAsync(Mailbox recipient)
    {
        var address = Name(recipient);
        TaskCompletionSource<RecipientAnswer> asking;
        DomainProbes domain;
        lock (_gate)
        {
            // 1. What is known.
            if (!_domains.TryGetValue(recipient.Domain, out domain!))
                return new(new RecipientAnswer(RecipientStatus.Unavailable, Asked));
            if (domain.IsCatchAll)
                return new(new RecipientAnswer(RecipientStatus.Known, CatchAll));
            if (_answers.Find(address) is { } kept)
                return new(Answer(kept, Kept));

            // 2. The same question under way.
            if (_asking.TryGetValue(address, out var same))
                return new(same);

            // 3. A question of our own.
            if (!domain.TryProbe())
                return new(new RecipientAnswer(RecipientStatus.Unavailable, TooMany));
            asking = new TaskCompletionSource<RecipientAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asking[address] = asking.Task;
        }

        return AskAsync(recipient, address, domain, asking);
    }

    /// <summary>Forgets what was said of an address; null: of all who do not exist.</summary>
    /// <param name="address">The address in any case.</param>
    internal void Forget(string? address)
    {
        lock (_gate)
        {
            if (address is null)
                _answers.ForgetUnknown();
            else
                _answers.ForgetAnyCase(address);
        }
    }

    /// <summary>Forgets what was said of a recipient.</summary>
    internal void Forget(Mailbox recipient)
    {
        lock (_gate)
            _answers.Forget(Name(recipient));
    }

    private async ValueTask<RecipientAnswer> AskAsync(Mailbox recipient, string address, DomainProbes domain, TaskCompletionSource<RecipientAnswer> asking)
    {
        var answer = new RecipientAnswer(RecipientStatus.Unavailable, Asked);
        try
        {
            var said = await _probes.ProbeAsync(_tenant, recipient, Deadline());
            if (Learn(address, said))
                answer = Answer(said, Asked);
            if (said == ProbeAnswer.Yes)
                await AskCatchAllAsync(recipient.Domain, domain);
            return answer;
        }
        finally
        {
            lock (_gate)
                _asking.Remove(address);
            asking.SetResult(answer);
        }
    }

    /// <summary>Keeps an answer. False: the server says no to so many whom it knew that it is not believed.</summary>
    private bool Learn(string address, ProbeAnswer said)
    {
        if (said == ProbeAnswer.CannotTell)
            return true;
        int known;
        lock (_gate)
        {
            if (!_answers.Put(address, said, said == ProbeAnswer.Yes ? Settings.KeepKnown : Settings.KeepUnknown))
                return true;
            known = _answers.Known + 1;
        }

        return !_flipped(known);
    }

    /// <summary>Once a day: a server that takes a name nobody has takes all, and what it says proves nothing.</summary>
    private async ValueTask AskCatchAllAsync(string domain, DomainProbes probes)
    {
        lock (_gate)
        {
            if (!probes.TryAskCatchAll())
                return;
        }

        var said = ProbeAnswer.CannotTell;
        try
        {
            said = await _probes.ProbeAsync(_tenant, new Mailbox("garita-" + RandomNumberGenerator.GetHexString(20, lowercase: true), domain), Deadline());
        }
        finally
        {
            bool isNew;
            lock (_gate)
                isNew = probes.Answered(said, Settings.KeepKnown);
            if (isNew)
                LogCatchAll(_tenant.Name, domain);
        }
    }

    private static RecipientAnswer Answer(ProbeAnswer said, string foundIn) => new(
        said switch
        {
            ProbeAnswer.Yes or ProbeAnswer.Undecided => RecipientStatus.Known,
            ProbeAnswer.No => RecipientStatus.Unknown,
            _ => RecipientStatus.Unavailable,
        },
        foundIn);

    private long Deadline() => _time.GetTimestamp() + (long)(Settings.Timeout.TotalSeconds * _time.TimestampFrequency);

    private string Name(Mailbox recipient) => _tenant.Recipients.CaseSensitive ? recipient.ToString() : recipient.ToString().ToLowerInvariant();

    [LoggerMessage(6140, LogLevel.Warning, "The mail server of tenant {Tenant} takes every name in {Domain}: call-ahead cannot tell who exists there, and for a day it is not asked; give it recipient checks, or use another source")]
    private partial void LogCatchAll(string tenant, string domain);
}
