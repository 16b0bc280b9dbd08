namespace Garita.Gateway.Admission.Bans;

/// <summary>
/// A ban in memory. It is judged by the monotonic clock; when it has ended it is remembered, so that a repeat is punished harder.
/// Changed only by the book, under its lock; the accept thread reads <see cref="Deadline"/> alone, which never changes.
/// </summary>
internal sealed class BanEntry(Ban ban, long deadline, long forgetAt)
{
    internal Ban Ban { get; set; } = ban;

    /// <summary>When it ends, as the clock's time stamp.</summary>
    internal long Deadline { get; } = deadline;

    /// <summary>When it is forgotten, as the clock's time stamp.</summary>
    internal long ForgetAt { get; } = forgetAt;

    /// <summary>Whether it has ended and only the memory of it is left.</summary>
    internal bool IsPast { get; set; }
}
