using System.Text;

namespace Garita.SenderAuth.Spf;

/// <summary>
/// Writes the Received-SPF field (RFC 7208 §9.1). Everything in it that came from outside is quoted (RFC 5322 §3.2.4) and printable ASCII,
/// so that no name can end the field or begin another.
/// </summary>
public static class ReceivedSpf
{
    private const string Special = "!#$%&'*+-/=?^_`{|}~";
    private const int MostValue = 320;

    /// <summary>The whole field, folded, with its final CRLF.</summary>
    /// <param name="query">What was checked.</param>
    /// <param name="outcome">What came of it.</param>
    public static string Write(SpfQuery query, SpfOutcome outcome)
    {
        var field = new StringBuilder("Received-SPF: ").Append(outcome.Result.Name()).Append(" (");
        AppendComment(field, Words(query, outcome));
        field.Append(")\r\n\t");
        Append(field, "receiver", query.Receiver, isLast: false);
        Append(field, "identity", query.IsHelo ? "helo" : "mailfrom", isLast: false);
        Append(field, "client-ip", query.Client.ToString(), isLast: false);
        Append(field, "envelope-from", query.IsHelo ? "" : query.Sender, isLast: false);
        if (outcome.Problem is { } problem)
            Append(field, "problem", problem, isLast: false);
        else if (outcome.Mechanism is { } mechanism)
            Append(field, "mechanism", mechanism, isLast: false);
        Append(field, "helo", query.Helo, isLast: true);
        return field.ToString();
    }

    private static string Words(SpfQuery query, SpfOutcome outcome) => outcome.Result switch
    {
        SpfResult.Pass => $"{outcome.Domain} permits {query.Client}",
        SpfResult.Fail => $"{outcome.Domain} does not permit {query.Client}",
        SpfResult.SoftFail => $"{outcome.Domain} probably does not permit {query.Client}",
        SpfResult.Neutral => $"{outcome.Domain} says nothing of {query.Client}",
        SpfResult.TempError => $"DNS did not answer for {outcome.Domain}",
        SpfResult.PermError => $"the records of {outcome.Domain} cannot be interpreted",
        _ => $"{outcome.Domain} has no record",
    };

    private static void Append(StringBuilder field, string key, string value, bool isLast)
    {
        field.Append(key).Append('=');
        var printable = PrintableText.Make(value, MostValue);
        if (IsDotAtom(printable))
            field.Append(printable);
        else
            AppendQuoted(field, printable);
        field.Append(isLast ? "\r\n" : ";\r\n\t");
    }

    private static void AppendQuoted(StringBuilder field, string value)
    {
        field.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                field.Append('\\');
            field.Append(c);
        }

        field.Append('"');
    }

    private static void AppendComment(StringBuilder field, string words)
    {
        foreach (var c in PrintableText.Make(words, MostValue))
        {
            if (c is '(' or ')' or '\\')
                field.Append('\\');
            field.Append(c);
        }
    }

    // RFC 5322 §3.2.3
    private static bool IsDotAtom(string value)
    {
        var previous = '.';
        foreach (var c in value)
        {
            if (c == '.' ? previous == '.' : !char.IsAsciiLetterOrDigit(c) && !Special.Contains(c, StringComparison.Ordinal))
                return false;
            previous = c;
        }

        return previous != '.';
    }
}
