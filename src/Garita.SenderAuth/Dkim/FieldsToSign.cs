using System.Text;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// Which fields our signatures cover (RFC 6376 §5.4.1): those that readers see or that say how the body is read. Trace fields are not among
/// them, for every hop adds some.
/// </summary>
internal static class FieldsToSign
{
    // Named once more than they stand there, so that nobody can add one (RFC 6376 §5.4.2).
    private static readonly string[] Sealed =
    [
        "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
    ];

    // A mailing list may add its own.
    private static readonly string[] AsTheyStand =
    [
        "Resent-From", "Resent-To", "Resent-Cc", "Resent-Date", "Resent-Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Post", "Autocrypt",
    ];

    /// <summary>The names for <c>h=</c>.</summary>
    /// <param name="fields">The message's fields.</param>
    /// <param name="also">Names that are covered as they stand too.</param>
    internal static List<string> Of(SignedFields fields, params ReadOnlySpan<string> also)
    {
        var names = new List<string>(32);
        foreach (var name in Sealed)
            Add(name, 1);
        foreach (var name in AsTheyStand)
            Add(name, 0);
        foreach (var name in also)
            Add(name, 0);
        return names;

        void Add(string name, int more)
        {
            for (var count = fields.Count(Encoding.ASCII.GetBytes(name)) + more; count > 0; count--)
                names.Add(name);
        }
    }
}
