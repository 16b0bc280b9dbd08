using Garita.Gateway.Evidence.Sender;
using Garita.SenderAuth.Dkim;

namespace Garita.Gateway.Rules;

/// <summary>
/// The message bears DKIM signatures (RFC 6376), and none of them holds for the whole of it: changed on the way, expired, without a key that fits,
/// or made with <c>l=</c> so that anybody could append a text. A message without a signature passes, and so does one whose signer
/// says that it is testing. Abstains where DNS does not answer.
/// </summary>
public sealed class Dkim() : Rule<MessageAuthFacts>("dkim", RuleStage.Message, RuleMode.Tag, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageAuthFacts facts)
    {
        DkimResult? broken = null, unknown = null;
        foreach (var result in facts.Dkim)
        {
            if (result.VouchesForAll)
                return Verdict.Pass;
            if (result.Result == DkimStatus.TempError)
                unknown ??= result;
            // RFC 6376 §3.6.1: a signature that is a test is no worse than none; one that nobody here can read is not either.
            else if (!result.Testing && result.Result != DkimStatus.Neutral)
                broken ??= result;
        }

        if (unknown is not null)
            return Verdict.Abstain(Tell(unknown));
        // RFC 7372 §3.1: 550 5.7.20.
        return broken is null ? Verdict.Pass : Verdict.Breach(550, new(5, 7, 20), "no signature of the message holds (DKIM)", Tell(broken));
    }

    private static string Tell(DkimResult result) => result.Result == DkimStatus.Pass
        ? $"pass of {result.Domain}, but it does not cover the whole body (l=)"
        : $"{result.Result.Name()} of {(result.Domain.Length == 0 ? "an unreadable domain" : result.Domain)}: {result.Reason}";
}
