using System.Text;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Dialogue;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>Messages as letters, and what is read of them.</summary>
internal static class ContentScene
{
    internal static ContentReport Read(string message, AttachmentSettings? settings = null) =>
        Read(Encoding.Latin1.GetBytes(message.ReplaceLineEndings("\r\n")), settings);

    internal static ContentReport Read(byte[] message, AttachmentSettings? settings = null)
    {
        var letters = new FakeLetters();
        using var reader = new ContentReader(letters, TimeProvider.System);
        using var letter = Letter(letters, message);
        return reader.ReadAsync(letter, settings ?? new AttachmentSettings(), "acme").GetAwaiter().GetResult();
    }

    internal static ILetter Letter(ILetterBox letters, byte[] message)
    {
        var letter = letters.Open("acme", null)!;
        for (var at = 0; at < message.Length;)
        {
            var room = letter.GetRoom()!.Value;
            var count = Math.Min(room.Length, message.Length - at);
            message.AsSpan(at, count).CopyTo(room.Span);
            Assert(letter.AdvanceAsync(count).AsTask().GetAwaiter().GetResult());
            at += count;
        }

        letter.SealAsync().AsTask().GetAwaiter().GetResult();
        return letter;
    }

    /// <summary>Whether the rules let it pass by default.</summary>
    internal static bool Passes(ContentReport report)
    {
        var facts = new ContentFacts(report, new AttachmentSettings());
        return RuleCatalogue.Content.All(rule => rule.Judge(facts).Kind == VerdictKind.Pass);
    }

    /// <summary>Whether the rule <c>attachment</c> objects to it by default.</summary>
    internal static bool IsBlocked(ContentReport report) => new Attachment().Judge(new ContentFacts(report, new AttachmentSettings())).IsBreach;

    internal static bool Has(ContentReport report, AttachmentClass found) => report.Findings.Any(finding => finding.Class == found);

    /// <summary>A message with one part beside its text.</summary>
    internal static string WithPart(string fields, string body) => $"""
        From: a@example.net
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b1"

        --b1
        Content-Type: text/plain

        text
        --b1
        {fields}

        {body}
        --b1--

        """;

    internal static string Base64(byte[] octets) => Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks);

    /// <summary>A message with an attachment in base64.</summary>
    internal static string WithFile(string name, byte[] octets, string type = "application/octet-stream") =>
        WithPart($"Content-Type: {type}\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64", Base64(octets));

    private static void Assert(bool condition)
    {
        if (!condition)
            throw new InvalidOperationException("the letter took no octets");
    }
}
