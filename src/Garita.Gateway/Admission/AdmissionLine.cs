using System.Text;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Admission;

/// <summary>What a client is told that may not come or stay, in the words of the rule that says so.</summary>
internal static class AdmissionLine
{
    /// <summary>The line.</summary>
    /// <param name="facts">What is wrong.</param>
    /// <param name="session">The session, where there is one already.</param>
    internal static byte[] Of(in AdmissionFacts facts, string? session = null)
    {
        foreach (var rule in RuleCatalogue.Admission)
        {
            if (rule.Judge(facts) is { IsBreach: true } verdict)
                return Encoding.ASCII.GetBytes($"{verdict.Code} {verdict.Enhanced} {verdict.Text} ({rule.Slug}{(session is null ? "" : ", session " + session)})\r\n");
        }

        return [];
    }

    /// <summary>The line for whoever was there before the ban came.</summary>
    internal static byte[] OfBan()
    {
        var verdict = RuleCatalogue.Banned.Judge(new BanFacts(true));
        return Encoding.ASCII.GetBytes($"{verdict.Code} {verdict.Enhanced} {verdict.Text}\r\n");
    }
}
