using System.Text;
using Garita.Gateway.Rules;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>The parts of an exception as an administrator writes them, in the file and at the command line alike.</summary>
internal static class ExceptionText
{
    public const string HeloExpected = "a HELO name such as \"mail.example.com\", or \".example.com\" for names below it";
    public const string SenderExpected = "an address, \"@domain\", or \"<>\" for the null reverse-path";
    public const string RecipientExpected = "an address or \"@domain\"";
    public const string CommentExpected = "at most 200 characters without control characters";

    /// <summary>The HELO pattern in lower case, or null.</summary>
    public static string? Helo(string text)
    {
        var below = text.StartsWith('.');
        if (!below && text.StartsWith('[') && DomainName.IsAddressLiteral(Encoding.ASCII.GetBytes(text)))
            return text.ToLowerInvariant();
        return Domain(below ? text[1..] : text) is { } domain ? (below ? "." + domain : domain) : null;
    }

    /// <summary>The sender pattern in lower case, or null.</summary>
    public static string? Sender(string text) => string.Equals(text, "<>", StringComparison.Ordinal) ? text : Recipient(text);

    /// <summary>The recipient pattern in lower case, or null.</summary>
    public static string? Recipient(string text)
    {
        if (text.StartsWith('@'))
            return Domain(text[1..]) is { } domain ? "@" + domain : null;
        return PathParser.TryParseMailbox(text, out var mailbox) && mailbox!.Domain.Length > 0 ? mailbox.ToString().ToLowerInvariant() : null;
    }

    /// <summary>Why a rule cannot be named in an exception, or null.</summary>
    public static string? RuleProblem(string slug)
    {
        if (!RuleCatalogue.BySlug.TryGetValue(slug, out var rule))
            return $"{SafeText.Quote(slug)} is no rule{TableReader.Suggestion(slug, RuleCatalogue.BySlug.Keys)}";
        return rule.CanBeExcepted ? null : $"{slug} cannot be excepted: what it stops would hurt the mail server";
    }

    public static bool IsComment(string text) => text.Length <= 200 && !text.Any(char.IsControl);

    private static string? Domain(string text) => DomainName.TryNormalize(Encoding.UTF8.GetBytes(text), smtpUtf8: true, out var domain) ? domain : null;
}
