namespace Garita.WayBack;

/// <summary>How a way back stands.</summary>
internal enum WayBackStanding
{
    /// <summary>None is held.</summary>
    None,

    /// <summary>A process waits, and goes when the time is up.</summary>
    Waits,

    /// <summary>The process that waited was killed: nobody will go.</summary>
    Lost,

    /// <summary>The machine was restarted before anybody confirmed, and nobody went at its start.</summary>
    Restarted,

    /// <summary>Somebody goes at this moment.</summary>
    Goes,

    /// <summary>Somebody began to go and was killed: half of it may be done.</summary>
    Stuck,
}
