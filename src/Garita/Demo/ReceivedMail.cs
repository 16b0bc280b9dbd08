namespace Garita.Demo;

/// <summary>A message that the mail server behind took.</summary>
/// <param name="Sender">Reverse-path, one character an octet, whatever was in it.</param>
/// <param name="Recipients">Forward-paths, as the reverse-path.</param>
/// <param name="Content">The message, dots unstuffed.</param>
/// <param name="File">Where it lies in the Maildir.</param>
internal sealed record ReceivedMail(string Sender, IReadOnlyList<string> Recipients, byte[] Content, string File)
{
    /// <summary>Whether the envelope names a marker: somebody made the server take mail under it.</summary>
    public bool Names(string marker) =>
        Sender.Contains(marker, StringComparison.Ordinal) || Recipients.Any(recipient => recipient.Contains(marker, StringComparison.Ordinal));
}
